"""What `picluster plan` shows of a plan: tables for people."""
