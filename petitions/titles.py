def suggest_title(text):
    return text[:30]
