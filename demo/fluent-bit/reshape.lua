-- From a record of the kubernetes filter to the event that is sent: the record contract, as JSON text.
-- `labels` comes only from the pod object; what the application wrote under a reserved name is kept under `app`.

local label_keys = { "apiName", "apiKind", "jobID" }
local reserved = {
  time = true, message = true, level = true, labels = true, namespace = true,
  pod = true, container = true, node = true, stream = true, app = true,
}
local escapes = {
  ['"'] = '\\"', ["\\"] = "\\\\", ["\b"] = "\\b", ["\f"] = "\\f", ["\n"] = "\\n", ["\r"] = "\\r", ["\t"] = "\\t",
}

local function quote(text)
  return '"' .. text:gsub('[%c"\\]', function(char)
    return escapes[char] or string.format("\\u%04x", char:byte())
  end) .. '"'
end

local encode

local function encode_table(value)
  local parts = {}
  if #value > 0 then
    for _, item in ipairs(value) do parts[#parts + 1] = encode(item) end
    return "[" .. table.concat(parts, ",") .. "]"
  end
  for key, item in pairs(value) do parts[#parts + 1] = quote(tostring(key)) .. ":" .. encode(item) end
  return "{" .. table.concat(parts, ",") .. "}"
end

function encode(value)
  local kind = type(value)
  if kind == "string" then return quote(value) end
  if kind == "table" then return encode_table(value) end
  if kind == "number" then return string.format("%.14g", value) end
  if kind == "boolean" then return tostring(value) end
  return "null"
end

local function first_text(body, keys)
  for _, key in ipairs(keys) do
    if type(body[key]) == "string" then return key, body[key] end
  end
end

local function labels_of(pod)
  local labels = {}
  for _, key in ipairs(label_keys) do
    local value = (pod.labels or {})[key]
    if value then labels[#labels + 1] = { key, value } end
  end
  return labels
end

local function object(pairs_in_order)
  local parts = {}
  for _, pair in ipairs(pairs_in_order) do parts[#parts + 1] = quote(pair[1]) .. ":" .. encode(pair[2]) end
  return "{" .. table.concat(parts, ",") .. "}"
end

local function stream_name(pod, labels)
  local place = pod.pod_name .. "/" .. pod.container_name
  local of = {}
  for _, pair in ipairs(labels) do of[pair[1]] = pair[2] end
  if not (of.apiName and of.apiKind) then return "pod/" .. pod.namespace_name .. "/" .. place end
  local identity = pod.namespace_name .. "/" .. of.apiKind .. "/" .. of.apiName
  if of.jobID then return "job/" .. identity .. "/" .. of.jobID .. "/" .. place end
  return "api/" .. identity .. "/" .. place
end

function reshape(tag, timestamp, record)
  local pod = record.kubernetes or {}
  local body = type(record.app) == "table" and record.app or {}
  local message_key, message = first_text(body, { "message", "msg", "log" })
  local level_key, level = first_text(body, { "level", "levelname", "severity" })
  local labels = labels_of(pod)
  local fields = { { "time", record.time }, { "message", message or record.log } }
  if level then fields[#fields + 1] = { "level", level:upper() } end
  local head = object(fields):sub(1, -2) .. ',"labels":' .. object(labels) .. ","
  local rest = {
    { "namespace", pod.namespace_name }, { "pod", pod.pod_name }, { "container", pod.container_name },
    { "node", pod.host or "" }, { "stream", record.stream },
  }
  local colliding = {}
  for key, value in pairs(body) do
    if key ~= message_key and key ~= level_key then
      if reserved[key:match("^[^.]*")] and not key:match("^app%.") then colliding[#colliding + 1] = { key, value } else rest[#rest + 1] = { key, value } end
    end
  end
  local event = head .. object(rest):sub(2)
  if #colliding > 0 then event = event:sub(1, -2) .. ',"app":' .. object(colliding) .. "}" end
  return 2, timestamp, { event = event, place = stream_name(pod, labels) }
end
