def look(text):
    return None


def label(kind, lang):
    return kind
