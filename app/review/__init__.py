"""The jury's review: ties, sign-offs, objections, recounts, and the conditions and act of publication."""
