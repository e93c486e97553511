/** Where the model made of rules and seed is kept, so that it is made once: `<version>.model` in a folder. */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Model } from '../core/judgement/model.ts'
import { readStoredModel, storeModel } from '../core/judgement/stored-model.ts'

const MODELS_KEPT = 4

/** Where a model may lie, the first choice first. */
export function modelFolders(directory: string, dataDirectory: string | null): string[] {
  const shared = join(directory, '.models')
  return dataDirectory !== null && existsSync(dataDirectory) ? [shared, join(dataDirectory, 'models')] : [shared]
}

/** null where it is absent or cut short: it is made again from what it was made of. */
export function findModel(folders: readonly string[], version: string): Model | null {
  for (const folder of folders) {
    try {
      return readStoredModel(readFileSync(modelFile(folder, version)), version)
    } catch {
      // The next folder may hold it whole.
    }
  }
  return null
}

/** Keeps the model in the first folder that can be written; where none can, the next start trains again. */
export function keepModel(folders: readonly string[], model: Model, version: string): void {
  folders.some((folder) => storeIn(folder, model, version))
}

/** False where the folder cannot be written. */
function storeIn(folder: string, model: Model, version: string): boolean {
  const file = modelFile(folder, version)
  const unfinished = `${file}.${process.pid}`
  try {
    mkdirSync(folder, { recursive: true })
    writeFileSync(unfinished, storeModel(model, version))
    renameSync(unfinished, file)
    forgetOldModels(folder)
    return true
  } catch {
    if (existsSync(unfinished)) rmSync(unfinished)
    return false
  }
}

function forgetOldModels(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name))
  const newestFirst = files.map((path) => ({ path, at: statSync(path).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { path } of newestFirst.slice(MODELS_KEPT)) rmSync(path, { force: true })
}

function modelFile(folder: string, version: string): string {
  return join(folder, `${version}.model`)
}
