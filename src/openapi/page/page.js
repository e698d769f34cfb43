// Shows the document of this server. Runs in the browser, after the renderer.
const here = new URL('.', document.baseURI);

/** What a reader of this page needs of the document: requests go back to where the page came from. */
function toShown(spec) {
  const operations = Object.values(spec.paths).flatMap((path) => Object.values(path));
  for (const operation of operations) {
    // Listed once, under its API; the second tag is the providers' own.
    operation.tags = operation.tags.slice(0, 1);
    // The key and the content type have their own fields, and a browser names itself.
    operation.parameters = operation.parameters?.filter(
      (one) => one.in !== 'header' || !/^(authorization|content-type|user-agent)$/i.test(one.name),
    );
  }
  const used = new Set(operations.flatMap(({ tags }) => tags));
  const tags = spec.tags.filter(({ name }) => used.has(name));
  return { ...spec, tags, servers: [{ url: here.href.replace(/\/$/, '') }] };
}

async function show() {
  const answer = await fetch(new URL('openapi.json', here));
  globalThis.SwaggerUIBundle({
    dom_id: '#api',
    spec: toShown(await answer.json()),
    deepLinking: true,
    displayRequestDuration: true,
    defaultModelsExpandDepth: 0,
    tryItOutEnabled: true,
  });
}

show();
