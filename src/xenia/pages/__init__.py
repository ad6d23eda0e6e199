"""What all pages share: they are programs on the public interface, and can do nothing else."""
