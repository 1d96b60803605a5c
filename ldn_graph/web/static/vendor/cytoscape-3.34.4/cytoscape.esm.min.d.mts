// Read by the type checker only.
declare const cytoscape: any;
export default cytoscape;
