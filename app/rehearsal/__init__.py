"""The rehearsal: plays a whole award year against the really started service, through its public pages."""
