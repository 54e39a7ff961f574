"""What is shown of a hit? A file a sub-phase, which gives its part of every hit; `fetch` lists them."""
