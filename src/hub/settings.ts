import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import envPaths from 'env-paths'
import type { Reference } from './reference.js'

/** A hub's address, the user's token, and the cache of its files. */
export interface HubSettings {
  readonly endpoint: string
  readonly token: string | null
  /** Nothing may be fetched. */
  readonly offline: boolean
  readonly cache: string
  /** Milliseconds without a byte after which a hub is taken to have stalled. */
  readonly stallLimit: number
}

/** Seconds, where HF_HUB_DOWNLOAD_TIMEOUT says nothing else. */
const STALL_LIMIT = 60

/**
 * Reads the environment variables of Hugging Face's Python library, whose cache is shared, and of
 * ModelScope's. An empty variable counts as unset.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables
 */
export function hubSettings(
  hub: Reference['hub'],
  env: NodeJS.ProcessEnv = process.env,
): HubSettings {
  const offline = [env['HF_HUB_OFFLINE'], env['TRANSFORMERS_OFFLINE']].some(value =>
    /^(1|true|yes|on)$/i.test(value ?? ''),
  )
  const stallLimit = 1000 * (Number(env['HF_HUB_DOWNLOAD_TIMEOUT']) || STALL_LIMIT)
  if (hub === 'modelscope') {
    return {
      endpoint: withoutTrailingSlash(
        env['MODELSCOPE_ENDPOINT'] ||
          (env['MODELSCOPE_DOMAIN']
            ? `https://${env['MODELSCOPE_DOMAIN']}`
            : 'https://modelscope.cn'),
      ),
      token: env['MODELSCOPE_API_TOKEN'] || null,
      offline,
      cache: join(envPaths('tune', { suffix: '' }).cache, 'modelscope'),
      stallLimit,
    }
  }
  const home =
    env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface')
  return {
    endpoint: withoutTrailingSlash(env['HF_ENDPOINT'] || 'https://huggingface.co'),
    token:
      env['HF_TOKEN'] ||
      env['HUGGING_FACE_HUB_TOKEN'] ||
      tokenFile(env['HF_TOKEN_PATH'] || join(home, 'token')),
    offline,
    cache: env['HF_HUB_CACHE'] || env['HUGGINGFACE_HUB_CACHE'] || join(home, 'hub'),
    stallLimit,
  }
}

/** Where `hf auth login` leaves its token. */
function tokenFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null
  } catch {
    return null
  }
}

function withoutTrailingSlash(endpoint: string): string {
  return endpoint.replace(/\/+$/, '')
}
