// The example MCP server of tests/clients/mcp on the real workerd, on a port of its own.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTestHarness, unstable_readConfig as readConfig } from "wrangler";
import { root, scratch } from "./paths.mjs";

/**
 * → { resource, metadataUrl, trust(issuer), stop }. Its URL is known from the start, so that an issuer can be told of it;
 * it takes the tokens of the issuer that `trust` names.
 */
export async function startMcpServer() {
  await mkdir(scratch, { recursive: true });
  const folder = await mkdtemp(join(scratch, "mcp-"));
  const { name, main, compatibility_date } = readConfig({ config: join(root, "tests/clients/mcp/wrangler.toml") }, { hideWarnings: true });
  const workers = (vars) => ({ root: folder, workers: [{ config: { name, main, compatibility_date, vars } }] });
  const harness = createTestHarness(workers({}));
  const stop = async () => {
    await harness.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const { url: heard } = await harness.listen();
    const url = `http://localhost:${heard.port}`;
    const resource = `${url}/mcp`;
    return {
      resource,
      metadataUrl: `${url}/.well-known/oauth-protected-resource/mcp`,
      trust: (issuer) => harness.update(workers({ ISSUER: issuer, RESOURCE: resource })),
      logs: () => harness.getLogs(),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
