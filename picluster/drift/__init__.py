"""What differs between the boards and the plan, from a dry run of pyinfra."""
