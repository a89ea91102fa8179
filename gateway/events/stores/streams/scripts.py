"""What happens to a log in one step, as Lua that Redis runs: all of a script is done, or nothing of it. Runs none.

`log` is a hash: the log's name, how many events are kept, the place up to which none is, the place given last, and when
the event that came last was created. `order` is a stream of all events as they came, each with its seller and its id's
digest, and longer than they are kept, as ids are. `ids` is the place of each digest, `dead` what is known of a dead
letter by its place. A seller has a stream of events, and a hash of the place up to which they are gone and of the last.

Places are Redis' stream ids: its time in milliseconds and a number, later than the last place even if clocks go back,
and than what others may have written into the streams.
A script may end with any write, as none can fail here for lack of memory once one was made. https://redis.io/docs/latest/develop/programmability/lua-api/
"""

from __future__ import annotations

from gateway.redis.announcements import KEPT

# For each event that may be kept, how many ids are known: a repetition may come when the event is gone already.
IDS_FOR_EACH = 10
# Events, and ids, that leave with one script, at most.
MAX_AT_ONCE = 1000
# The kinds of announcements: a log began under a name, and events were appended.
BEGUN, APPENDED = "log", "events"

_PRELUDE = f"""
local log, order, ids, dead, announcements = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local base, now, window, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local call = redis.call
if now < 0 then
  local time = call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function place(ms, number) return string.format('%.0f-%.0f', ms, number) end
local function parts(id)
  local ms, number = string.match(id, '^(%d+)-(%d+)$')
  return tonumber(ms), tonumber(number)
end
local function behind(id, other)
  local ms, number = parts(id)
  local other_ms, other_number = parts(other)
  return ms > other_ms or (ms == other_ms and number > other_number)
end
local function next_of(id)
  local ms, number = parts(id)
  return place(ms, number + 1)
end
local function announce(kind, payload) call('XADD', announcements, 'MAXLEN', '~', {KEPT}, '*', kind, payload) end
local function events_of(seller) return base .. seller .. ':events' end
local function state_of(seller) return base .. seller .. ':seller' end

local state = call('HMGET', log, 'name', 'kept', 'gone', 'last')
local name, kept, gone, last = state[1], tonumber(state[2]), state[3], state[4]
if not name then
  name, kept, gone, last = ARGV[5], 0, '0-0', '0-0'
  call('UNLINK', order, ids, dead)
  call('HSET', log, 'name', name, 'kept', kept, 'gone', gone, 'last', last)
  announce('{BEGUN}', name)
end

-- Give the next place in the order and among the events of a seller.
local function grow(seller)
  for _, stream in ipairs({{order, events_of(seller)}}) do
    local ahead = call('XREVRANGE', stream, '+', last, 'COUNT', 1)[1]
    if ahead then last = ahead[1] end
  end
  local ms, number = parts(last)
  number = number + 1
  if now > ms then ms, number = now, 0 elseif number >= 1048576 then ms, number = ms + 1, 0 end
  last = place(ms, number)
end
"""

_TRIMMING = f"""
local budget = {MAX_AT_ONCE}
local oldest = place(math.max(0, now - window), 0)

-- Let the events of these entries of the order go.
local function release(entries)
  local upto = {{}}
  for _, entry in ipairs(entries) do
    upto[entry[2][2]] = entry[1]
    call('HDEL', dead, entry[1])
    gone = entry[1]
  end
  for seller, id in pairs(upto) do
    local stream = events_of(seller)
    local latest = call('XREVRANGE', stream, id, '-', 'COUNT', 1)[1]
    if latest then
      call('HSET', state_of(seller), 'gone', latest[1])
      kept = kept - call('XTRIM', stream, 'MINID', '=', next_of(id))
      if call('XLEN', stream) == 0 then call('DEL', stream) end
    end
  end
end

-- Let the ids of these go.
local function forget(entries)
  for _, entry in ipairs(entries) do
    if call('HGET', ids, entry[2][4]) == entry[1] then call('HDEL', ids, entry[2][4]) end
  end
  call('XTRIM', order, 'MINID', '=', next_of(entries[#entries][1]))
end

local function trim()
  while kept > limit and budget > 0 do
    local entries = call('XRANGE', order, '(' .. gone, '+', 'COUNT', math.min(kept - limit, budget))
    if #entries == 0 then break end
    release(entries)
    budget = budget - #entries
  end
  while budget > 0 do
    local entries = call('XRANGE', order, '-', '(' .. oldest, 'COUNT', math.min(budget, 200))
    if #entries == 0 then break end
    local held = {{}}
    for _, entry in ipairs(entries) do
      if behind(entry[1], gone) then held[#held + 1] = entry end
    end
    release(held)
    forget(entries)
    budget = budget - #entries
  end
  local many = math.min(call('XLEN', order) - limit * {IDS_FOR_EACH + 1}, budget)
  if many > 0 then
    local entries = call('XRANGE', order, '-', gone, 'COUNT', many)
    if #entries > 0 then forget(entries) end
  end
  call('HSET', log, 'kept', kept, 'gone', gone)
end
"""

APPEND = f"""{_PRELUDE}{_TRIMMING}
trim()
local places, texts = {{}}, {{}}
for index = 6, #ARGV, 4 do
  local digest, seller, text = ARGV[index], ARGV[index + 1], ARGV[index + 2]
  local known = call('HGET', ids, digest)
  if known and parts(known) >= now - window then
    places[#places + 1] = ''
  else
    grow(seller)
    call('XADD', events_of(seller), last, 'e', text)
    call('XADD', order, last, 's', seller, 'i', digest)
    call('HSET', ids, digest, last)
    call('HSET', state_of(seller), 'last', last)
    call('HSET', log, 'last', last, 'latest', ARGV[index + 3])
    places[#places + 1], texts[#texts + 1] = last, text
    kept = kept + 1
  end
end
trim()
local letters = call('HLEN', dead)
if #texts > 0 then
  announce('{APPENDED}', '[' .. kept .. ',' .. letters .. ',[' .. table.concat(texts, ',') .. ']]')
end
return {{name, kept, letters, places}}
"""

# Gives the bounds of a seller, and whether there is more that is too old.
BOUNDS = f"""{_PRELUDE}{_TRIMMING}
trim()
local more = #call('XRANGE', order, '-', '(' .. oldest, 'COUNT', 1)
local found = call('HMGET', state_of(ARGV[6]), 'gone', 'last')
return {{name, kept, call('HLEN', dead), found[1] or '0-0', found[2] or '0-0', more}}
"""

LAST = f"""{_PRELUDE}
return {{name, kept, call('HLEN', dead), call('HGET', state_of(ARGV[6]), 'last') or '0-0'}}
"""

# A letter whose event is gone meanwhile would say nothing.
BURY = f"""{_PRELUDE}
if #call('XRANGE', events_of(ARGV[6]), ARGV[7], ARGV[7]) > 0 then call('HSET', dead, ARGV[7], ARGV[8]) end
return {{name, kept, call('HLEN', dead)}}
"""

# The event leaves its old place: there is only one of each id.
REPLAY = f"""{_PRELUDE}
local entry = call('XRANGE', order, ARGV[6], ARGV[6])[1]
local seller = entry and entry[2][2]
local found = entry and call('XRANGE', events_of(seller), ARGV[6], ARGV[6])[1]
if not found then return '' end
grow(seller)
call('XADD', events_of(seller), last, 'e', found[2][2])
call('XADD', order, last, 's', seller, 'i', entry[2][4])
call('HSET', ids, entry[2][4], last)
call('HSET', state_of(seller), 'last', last)
call('HSET', log, 'last', last)
call('XDEL', events_of(seller), ARGV[6])
call('XDEL', order, ARGV[6])
call('HDEL', dead, ARGV[6])
announce('{APPENDED}', '[' .. kept .. ',' .. call('HLEN', dead) .. ',[' .. found[2][2] .. ']]')
return last
"""

# The id stays known.
DROP = f"""{_PRELUDE}
local entry = call('XRANGE', order, ARGV[6], ARGV[6])[1]
if not entry or call('XDEL', events_of(entry[2][2]), ARGV[6]) == 0 then return 0 end
call('HDEL', dead, ARGV[6])
call('HSET', log, 'kept', kept - 1)
return 1
"""

HOLD = """
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
if ARGV[2] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
return 1
"""
