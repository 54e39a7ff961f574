"""What does a library write? A file a library; `registry` asks them in order which format a source has."""
