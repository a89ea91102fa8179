"""The script that runs in Redis: what one process tells of its limits and buckets, and its part of each.

It goes by Redis' own clock, or by one that is given; those of hosts are never compared. One round trip tells all of it.
"""

from __future__ import annotations

# Milliseconds after which a process that has said nothing has no part of anything.
SILENT = 1000
# Milliseconds that the limit of a tenant is known without being used.
KEPT = 600_000

# KEYS: the processes, the stream of announcements, then the limits and the buckets that are told of. ARGV: one JSON.
SCRIPT = """
local told = cjson.decode(ARGV[1])
local now, me = told.now, told.process
local own = not now or now == cjson.null
if own then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Forgets a key that nobody tells of. Redis does so by its own clock: by one that is given, nothing is forgotten.
local function forget(key, after)
  if own then redis.call('PEXPIRE', key, after) end
end

redis.call('ZADD', KEYS[1], now, me)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. (now - told.silent))
-- The clock was put back.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. (now + told.silent), '+inf')
forget(KEYS[1], told.kept)
local answer = { processes = redis.call('ZCARD', KEYS[1]), limits = {}, buckets = {} }

-- A number, unless somebody else has written something else there.
local function number(text)
  local found = tonumber(text)
  return found and found - found == 0 and found or nil
end

-- What is kept under a key, what the other processes that are alive have said there (two numbers each, added up), how
-- many of them there are, and whether this one has said something.
local function read(key)
  local kept, first, second, others, known = {}, 0, 0, 0, false
  local fields = redis.call('HGETALL', key)
  for i = 1, #fields, 2 do
    local name, value = fields[i], fields[i + 1]
    if string.sub(name, 1, 2) ~= 'p:' then
      kept[name] = number(value)
    else
      local one, other, at = string.match(value, '^(%S+) (%S+) (%S+)$')
      one, other, at = number(one), number(other), number(at)
      if not (one and other and at) or math.abs(now - at) > told.silent then
        redis.call('HDEL', key, name)
      elseif name == 'p:' .. me then
        known = true
      else
        first, second, others = first + one, second + other, others + 1
      end
    end
  end
  return kept, first, second, others, known
end

local function say(key, one, other)
  redis.call('HSET', key, 'p:' .. me, string.format('%.6g %.6g %d', one, other, now))
end

for i, each in ipairs(told.limits) do
  local key = KEYS[2 + i]
  local kept, wanted, granted, others, known = read(key)
  local limit, era, paused = kept.limit, kept.era, math.min(kept.paused or 0, now + told.longest)
  if not (limit and era) then
    limit, era = each.limit, math.max(each.era, 0)
    if each.halved then era = era + 1 end
  elseif each.halved and (each.era < 0 or each.era >= era) then
    -- Of all who were refused at the same time, the first halves it for all.
    limit, era = math.max(1, limit / 2), math.max(each.era, era) + 1
  elseif each.era == era then
    limit = math.min(each.most, limit + each.grown)
  end
  limit = math.max(1, math.min(each.most, limit))
  paused = math.max(paused, now + each.pause * 1000)
  redis.call('HSET', key, 'limit', string.format('%.17g', limit), 'era', era, 'paused', string.format('%.17g', paused))
  forget(key, told.kept)
  local part = 0
  if each.wanted > 0 then
    -- What it wants and some of what nobody does, or in proportion to what each wants. Not what others still have.
    local whole, all = math.floor(limit), wanted + each.wanted
    if all <= whole then
      part = each.wanted + math.floor((whole - all) / (others + 1))
    else
      part = math.ceil(whole * each.wanted / all)
    end
    part = math.min(part, whole - granted)
    -- Others that begin at this moment are only just about to say so.
    if not known then part = math.min(part, math.floor(whole / answer.processes)) end
    -- One is everybody's.
    part = math.max(1, part)
    say(key, each.wanted, math.max(part, each.running))
  else
    redis.call('HDEL', key, 'p:' .. me)
  end
  local left = math.max(0, paused - now) / 1000
  answer.limits[i] = { limit = limit, era = era, pause = left, part = part }
  if each.pause > 0 then
    local news = cjson.encode({ names = each.names, limit = limit, era = era, pause = left, process = me })
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', told.announcements, '*', 'pause', news)
  end
end

for i, each in ipairs(told.buckets) do
  local key = KEYS[2 + #told.limits + i]
  local kept, demand, _, others = read(key)
  local level = each.burst
  if kept.level and kept.at then
    level = math.min(each.burst, kept.level + each.rate * math.max(0, now - kept.at) / 1000)
  end
  level = level - each.taken
  redis.call('HSET', key, 'level', string.format('%.17g', level), 'at', string.format('%.17g', now))
  say(key, each.asked, 0)
  forget(key, math.ceil((each.burst - level) / each.rate * 1000) + 2 * told.silent)
  local mine = each.asked + 1
  answer.buckets[i] = { level = level, share = mine / (mine + demand + others) }
end

return cjson.encode(answer)
"""
