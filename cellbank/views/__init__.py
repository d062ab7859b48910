"""What a reader sees: frozen dataclasses that the command line, the screens and the documents all render."""
