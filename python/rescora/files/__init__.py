"""File access: any path, bounded reads, atomic writes, interruptible by Ctrl-C."""
