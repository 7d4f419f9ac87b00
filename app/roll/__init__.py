"""The roll: who may vote, one ballot a company."""
