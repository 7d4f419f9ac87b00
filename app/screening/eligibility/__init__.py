"""Whether a nomination meets the rules of its edition: the rules, what the data says to each, what people answer."""
