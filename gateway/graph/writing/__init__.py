"""Sending writes from mutations: one, many in one call, and what is known of a repeated one."""
