"""Pure: what procurement and its registers have defined — identifiers of organisations and notices."""
