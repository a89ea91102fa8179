// Hive Gateway over the supergraph that Mesh composes of Square's OpenAPI document: no code but its configuration.
//   node mesh.mjs UPSTREAM PORT
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const [upstream, port] = process.argv.slice(2)
const here = import.meta.dirname
const folder = mkdtempSync(join(tmpdir(), 'mesh-'))
const supergraph = join(folder, 'supergraph.graphql')
const tool = (name) => join(here, 'node_modules', '.bin', name)
const options = { cwd: here, stdio: 'inherit', env: { ...process.env, UPSTREAM: upstream, NODE_ENV: 'production' } }

execFileSync(tool('mesh-compose'), ['-c', 'mesh.config.mjs', '-o', supergraph], options)
const gateway = spawn(
  tool('hive-gateway'),
  ['supergraph', supergraph, '-c', 'gateway.config.mjs', '--host', '127.0.0.1', '--port', port, '--fork', '1'],
  options,
)
process.on('SIGTERM', () => gateway.kill())
gateway.on('exit', (code) => {
  rmSync(folder, { recursive: true })
  process.exit(code ?? 0)
})
