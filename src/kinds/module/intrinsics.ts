// Taken now, before a module can change them; no loop below needs an iterator, for the same reason.
const { defineProperty, getOwnPropertyDescriptors, hasOwn, is } = Object
const { ownKeys, deleteProperty } = Reflect

const GLOBALS = [
  Object,
  Function,
  Array,
  String,
  Number,
  Boolean,
  Symbol,
  BigInt,
  Promise,
  Map,
  Set,
  WeakMap,
  WeakSet,
  Date,
  RegExp,
  Error,
  TypeError,
  ArrayBuffer,
  Float32Array,
  Float64Array,
  Uint8Array,
] as const

const objects: readonly object[] = [
  ...GLOBALS.flatMap(each => [each, each.prototype as object]),
  Object.getPrototypeOf(Float32Array.prototype) as object,
  JSON,
  Math,
  Reflect,
]
const originals = objects.map(object => getOwnPropertyDescriptors(object))

/**
 * Puts the objects of the language back as they were when this file was loaded: what a training
 * module changes of them must not reach the next trial of its thread.
 */
export function restoreIntrinsics(): void {
  for (let i = 0; i < objects.length; i++) restore(objects[i]!, originals[i]!)
}

function restore(object: object, original: PropertyDescriptorMap): void {
  const present = getOwnPropertyDescriptors(object) as PropertyDescriptorMap
  const added = ownKeys(present)
  for (let i = 0; i < added.length; i++)
    if (!hasOwn(original, added[i]!)) deleteProperty(object, added[i]!)
  const keys = ownKeys(original) as string[]
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i]!
    const then = original[key]!
    const now: PropertyDescriptor = hasOwn(present, key) ? present[key]! : {}
    if (is(now.value, then.value) && now.get === then.get && now.set === then.set) continue
    try {
      defineProperty(object, key, then)
    } catch {
      // The module has frozen it.
    }
  }
}
