"""Matters beside the main way of a case: ratings, visits, joint petitions, supervision …"""
