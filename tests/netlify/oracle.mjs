// Asks Netlify's own configuration package about many texts: reads [[text, [context, …]], …], writes for each text and
// context what it was refused for, or null.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const { resolveConfig } = await import(pathToFileURL(join(process.argv[2], '@netlify/config/lib/index.js')).href)

let input = ''
for await (const chunk of process.stdin) input += chunk

const root = mkdtempSync(join(tmpdir(), 'netlify-'))
mkdirSync(join(root, '.git'))
mkdirSync(join(root, 'web'))

const refusal = async (context) => {
  try {
    const options = { repositoryRoot: root, cwd: root, context, branch: 'main', mode: 'require', offline: true, buffer: true }
    await resolveConfig(options)
    return null
  } catch (error) {
    return error.message
  }
}

const answers = []
for (const [toml, contexts] of JSON.parse(input)) {
  writeFileSync(join(root, 'netlify.toml'), toml)
  const each = []
  for (const context of contexts) each.push(await refusal(context))
  answers.push(each)
}
rmSync(root, { recursive: true })
process.stdout.write(JSON.stringify(answers))
