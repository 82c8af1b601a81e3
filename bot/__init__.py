"""The roof: settings, wiring, the command line. It alone knows every room."""
