import "@zazuko/yasgui/build/yasgui.min.css"; import "@zazuko/yasgui/build/yasgui.min.js";
