"""What do a date, a format and a time zone say? Elasticsearch's, with date math."""
