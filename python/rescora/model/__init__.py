"""What does a trained model say? A file or an object of any library becomes one forest for the core."""
