"""Which of some texts is nearest in meaning to a question, and whether one may be shown."""
import math

import inferwire

texts = ["Cats sleep most of the day.", "The train leaves at nine.", "Bread needs flour and water."]

with inferwire.Client() as client:
    question = client.embed("When do we depart?", dimensions=256)
    vectors = client.embed(texts, dimensions=256)
    distances = [math.dist(question, vector) for vector in vectors]
    print(texts[distances.index(min(distances))])
    print("flagged" if client.moderate(texts[0]).flagged else "harmless")
