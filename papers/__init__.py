"""Everything that is drawn or printed: QR codes; knows values, not cases."""
