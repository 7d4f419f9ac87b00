"""Work that is done later or elsewhere: rows in the database, carried out by `flask worker`."""
