"""Everything that the office knows with the computers off: no channel, no database, no clock."""
