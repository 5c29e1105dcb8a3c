"""What is told of a running guest before it is changed; the changes themselves need a real one."""
