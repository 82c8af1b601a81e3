"""What tests hand in: texts, tables, pictures, damage."""
