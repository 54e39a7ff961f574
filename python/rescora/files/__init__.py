"""The files that are read and written: under whatever name, bounded, whole or not at all."""
