"""The ledger: an append-only Merkle log for each edition (and one for the service), in the database."""
