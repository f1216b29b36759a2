// Python in a worker of the page "Your file": loaded with the first question, with the package haiku-porting.
let python;

// What has been loaded so far is told to the page, whoever asks for it.
const load = self.fetch;
self.fetch = async (...given) => {
  const response = await load(...given);
  if (!response.ok || !response.body) return response;
  const counted = new TransformStream({
    transform(chunk, stream) {
      postMessage({ loaded: chunk.length });
      stream.enqueue(chunk);
    },
  });
  return new Response(response.body.pipeThrough(counted), response);
};

async function start(folder, archive) {
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const loading = self.fetch(archive);
  const pyodide = await loadPyodide({ indexURL: folder });
  const response = await loading;
  if (!response.ok) throw new Error(`${archive}: ${response.status}`);
  pyodide.FS.writeFile("/haiku-port.pyz", new Uint8Array(await response.arrayBuffer()));
  return pyodide.runPython(`
import sys
sys.path.insert(0, "/haiku-port.pyz")
import json
from haiku_porting.answer import answer
from haiku_porting.answer.tracebacks import best
{
    "answer": lambda name, data: json.dumps(answer(name, data.to_bytes())),
    "best": lambda message, entries: json.dumps(best(message, json.loads(entries))),
}`);
}

addEventListener("message", async ({ data: { folder, archive, call, given } }) => {
  try {
    python ??= start(folder, archive);
    const told = (await python).get(call)(...given);
    postMessage({ told: JSON.parse(told) });
  } catch (error) {
    python = undefined; // the next question tries again
    postMessage({ failed: String(error.message ?? error) });
  }
});
