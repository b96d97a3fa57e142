-- Lmod reads this in jobs (LMOD_PACKAGE_PATH): the name of each module that it loads goes to the
-- job's trace. Source: Lmod's documentation, "Hook functions".
require("strict")
local hook = require("Hook")

local function note(t)
   local trace = os.getenv("HPC_MODULES_TRACE")
   if trace == nil or mode() ~= "load" then
      return
   end
   local file = io.open(trace, "a")
   if file ~= nil then
      file:write(t.modFullName, "\n")
      file:close()
   end
end

hook.register("load", note)
