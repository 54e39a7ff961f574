"""Models scored slowly: `walk` over what a reader made, and each format once more straight from its file."""
