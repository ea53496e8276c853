"""What is done for customers: playbooks, pools, the clean-out, the allocation."""
