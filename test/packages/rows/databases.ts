import type { PackageRow } from '../package-row.ts'
import { compiled } from './compiled.ts'

export const databases: readonly PackageRow[] = [
  {
    name: 'better-sqlite3',
    version: '13.2.0',
    handler: `import Database from 'better-sqlite3'
export const handler = async () => new Database(':memory:').prepare('select 6 * 7 as n').get()`,
    expected: { answers: { n: 42 } },
    usedOnArm: true,
  },
  compiled('better-sqlite3', '11.10.0', 'Take version 13, which brings its native files.'),
  compiled('sqlite3', '6.0.1', 'Take `better-sqlite3` 13, or a Dockerfile.'),
  {
    name: '@libsql/client',
    version: '0.18.0',
    handler: `import { createClient } from '@libsql/client'
export const handler = async () => {
  const { rows } = await createClient({ url: ':memory:' }).execute('select 6 * 7 as n')
  return rows[0].n
}`,
    expected: { answers: 42 },
    usedOnArm: true,
  },
  {
    name: '@duckdb/node-api',
    version: '1.5.6-r.1',
    handler: `import { DuckDBInstance } from '@duckdb/node-api'
export const handler = async () => {
  const connection = await (await DuckDBInstance.create(':memory:')).connect()
  const reader = await connection.runAndReadAll('select 6 * 7 as n')
  return reader.getRows()[0][0]
}`,
    expected: { answers: 42 },
    usedOnArm: true,
  },
  compiled('duckdb', '1.4.4', 'Take `@duckdb/node-api`, its successor.'),
  {
    name: 'lmdb',
    version: '3.5.6',
    handler: `import { open } from 'lmdb'
export const handler = async () => {
  const store = open({ path: '/tmp/lmdb' })
  await store.put('answer', { n: 42 })
  return store.get('answer')
}`,
    expected: { answers: { n: 42 } },
    usedOnArm: true,
  },
  {
    name: 'classic-level',
    version: '3.0.0',
    handler: `import { ClassicLevel } from 'classic-level'
export const handler = async () => {
  const level = new ClassicLevel('/tmp/level')
  await level.put('answer', '42')
  return await level.get('answer')
}`,
    expected: { answers: '42' },
    usedOnArm: true,
  },
  {
    name: 'pg',
    version: '8.23.1',
    handler: `import pg from 'pg'
export const handler = async () => {
  const failed = await new pg.Client({ host: '127.0.0.1', port: 1 }).connect().catch(({ code }) => code)
  return [pg.escapeIdentifier('a"b'), failed]
}`,
    expected: { answers: ['"a""b"', 'ECONNREFUSED'] },
  },
  compiled('pg-native', '3.9.0', 'Take `pg` alone, or a Dockerfile with `libpq`.', 'libpq'),
  {
    name: 'mysql2',
    version: '3.24.6',
    handler: `import mysql from 'mysql2/promise'
export const handler = async () => {
  const failed = await mysql.createConnection({ host: '127.0.0.1', port: 1 }).catch(({ code }) => code)
  return [mysql.format('select ?', ["it's"]), failed]
}`,
    expected: { answers: [String.raw`select 'it\'s'`, 'ECONNREFUSED'] },
  },
  {
    name: 'mongoose',
    version: '9.12.1',
    handler: `import mongoose from 'mongoose'
const Person = mongoose.model('Person', new mongoose.Schema({ age: Number }))
export const handler = async () => new Person({ age: '42' }).age`,
    expected: { answers: 42 },
  },
  compiled('mongodb-client-encryption', '7.2.1', 'A Dockerfile.'),
  {
    name: 'knex',
    version: '3.3.0',
    with: { pg: '8.23.1' },
    handler: `import knex from 'knex'
export const handler = async () => knex({ client: 'pg' })('people').where('age', 42).toString()`,
    expected: { answers: 'select * from "people" where "age" = 42' },
    advice: 'With the driver that is used beside it; the others may be missing.',
  },
  {
    name: 'sequelize',
    version: '6.37.8',
    with: { pg: '8.23.1' },
    handler: `import { Sequelize } from 'sequelize'
export const handler = async () => new Sequelize('postgres://127.0.0.1/none', { logging: false }).escape("it's")`,
    expected: { answers: "'it''s'" },
    advice: 'With the driver that is used beside it; the others may be missing.',
  },
  {
    name: 'typeorm',
    version: '1.1.1',
    with: { 'sql.js': '^1.13.0', 'reflect-metadata': '0.2.2' },
    handler: `import 'reflect-metadata'
import { DataSource } from 'typeorm'
export const handler = async () => {
  const source = await new DataSource({ type: 'sqljs' }).initialize()
  return await source.query('select 6 * 7 as n')
}`,
    expected: { answers: [{ n: 42 }] },
    advice: 'With the driver that is used beside it; the others may be missing.',
  },
  {
    name: 'ioredis',
    version: '6.0.0',
    handler: `import { Redis } from 'ioredis'
export const handler = async () => {
  const redis = new Redis({ port: 1, lazyConnect: true, retryStrategy: null })
  redis.on('error', () => {})
  const failed = await redis.connect().catch(({ message }) => message)
  return failed.length > 0
}`,
    expected: { answers: true },
  },
]
