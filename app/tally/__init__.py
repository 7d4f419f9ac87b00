"""The count: closes the box, opens its sum, has it verified and counts each category."""
