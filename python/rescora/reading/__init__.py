"""What every input is read by: values and units with their paths, limits, texts that are no Unicode."""
