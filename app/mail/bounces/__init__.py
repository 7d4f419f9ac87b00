"""What comes back: delivery reports, by maildir, IMAP, a relay's pipe or a webhook, read and put down at their letter."""
