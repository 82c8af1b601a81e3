"""The records: tables, transactions, sealed fields, attachments, migrations."""
