// Which of some texts is nearest in meaning to a question, and whether one may be shown.
import { Client } from "@inferwire/client";

const texts = ["Cats sleep most of the day.", "The train leaves at nine.", "Bread needs flour and water."];

const client = new Client();
const question = await client.embed("When do we depart?", { dimensions: 256 });
const vectors = await client.embed(texts, { dimensions: 256 });
const distances = vectors.map((vector) => Math.hypot(...vector.map((value, i) => value - (question[i] ?? 0))));
console.log(texts[distances.indexOf(Math.min(...distances))]);
console.log((await client.moderate(texts[0] ?? "")).flagged ? "flagged" : "harmless");
client.close();
