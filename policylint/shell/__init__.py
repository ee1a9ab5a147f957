"""What a bash command line does when the tests fail."""
