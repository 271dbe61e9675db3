// What `npm run chaos` is told on the command line.
import { expect, test } from 'vitest'
import { stormSizes } from '#ops/bootstrap/commands.mjs'

test('a storm is a million messages unless told otherwise', () => {
  expect(stormSizes([])).toEqual({ HUB_STORM_MESSAGES: '1000000' })
})

test('the last word on an option counts, in either spelling', () => {
  expect(stormSizes(['--messages', '5000', '--hub-kills=3', '--within-minutes', '4'])).toEqual({
    HUB_STORM_MESSAGES: '5000',
    HUB_STORM_HUB_KILLS: '3',
    HUB_STORM_WITHIN_MINUTES: '4',
  })
})

test.each([
  ['an unknown option', ['--kills', '4']],
  ['no number', ['--seed', 'seven']],
  ['an option without a value', ['--seed']],
])('%s is refused', (_, args) => {
  expect(() => stormSizes(args)).toThrow(expect.objectContaining({ code: 'HUB_SETUP_STORM_OPTION' }))
})
